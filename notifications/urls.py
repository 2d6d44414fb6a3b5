from django.urls import path

from notifications import views
from notifications.bulk import views as broadcasts
from notifications.webhooks import views as webhooks

app_name = "notifications"

urlpatterns = [
    path("", views.messages, name="messages"),
    path("read/", views.mark_read, name="mark-read"),
    path("channels/", views.channels, name="channels"),
    path("channels/<slug:channel>/code/", views.binding_code, name="binding-code"),
    path("channels/<slug:channel>/end/", views.binding_end, name="binding-end"),
    path("quiet-hours/", views.quiet_hours, name="quiet-hours"),
    path("deliveries/", views.deliveries, name="deliveries"),
    path("deliveries/<int:delivery_id>/again/", views.send_again, name="send-again"),
    path("systems/", webhooks.listed, name="systems"),
    path("systems/<int:pk>/", webhooks.one, name="system"),
    path("systems/<int:pk>/<slug:action>/", webhooks.act, name="system-act"),
    path(
        "systems/<int:pk>/deliveries/<int:delivery_id>/again/",
        webhooks.resend,
        name="system-resend",
    ),
    path("broadcasts/", broadcasts.listed, name="broadcasts"),
    path("broadcasts/<int:pk>/", broadcasts.one, name="broadcast"),
    path("broadcasts/<int:pk>/<slug:action>/", broadcasts.act, name="broadcast-act"),
]
