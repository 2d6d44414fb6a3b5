from django.urls import path

from notifications import views

app_name = "notifications"

urlpatterns = [
    path("", views.messages, name="messages"),
    path("read/", views.mark_read, name="mark-read"),
    path("channels/", views.channels, name="channels"),
    path("deliveries/", views.deliveries, name="deliveries"),
    path("deliveries/<int:delivery_id>/again/", views.send_again, name="send-again"),
]
