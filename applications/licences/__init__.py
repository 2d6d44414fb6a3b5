"""Documents that nobody uploads: from the licence library, or accepted by staff before."""
