"""Appointments at which the supply company comes to the customer (预约上门); calendars."""
