from django.urls import path

from notifications import api
from notifications.bindings import api as bindings
from notifications.bulk import api as bulk
from notifications.webhooks import api as webhooks

urlpatterns = [
    path("account/channels/", api.channels, name="api-channels"),
    path("account/channels/<slug:channel>/", bindings.binding, name="api-binding"),
    path("account/quiet-hours/", api.quiet_hours, name="api-quiet-hours"),
    path("channels/<slug:channel>/events/", bindings.events, name="api-channel-events"),
    path("systems/", webhooks.systems, name="api-systems"),
    path("systems/<int:pk>/", webhooks.system, name="api-system"),
    path("systems/<int:pk>/<slug:action>/", webhooks.act, name="api-system-act"),
    path(
        "systems/<int:pk>/deliveries/<int:delivery_id>/again/",
        webhooks.resend,
        name="api-system-resend",
    ),
    path("broadcasts/", bulk.broadcasts, name="api-broadcasts"),
    path("broadcasts/<int:pk>/", bulk.broadcast, name="api-broadcast"),
    path("broadcasts/<int:pk>/<slug:action>/", bulk.act, name="api-broadcast-act"),
    path("stop/<str:token>/", api.stop, name="api-stop"),
]
