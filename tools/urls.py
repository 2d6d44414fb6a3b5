from django.urls import path

from tools import styleguide

urlpatterns = [path("", styleguide.page, name="styleguide")]
