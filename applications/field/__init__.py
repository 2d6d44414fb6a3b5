"""Field work on a phone (移动作业): what somebody goes out for today, and what comes back of it."""
