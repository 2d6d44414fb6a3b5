from django.urls import path

from applications.assignments import views

app_name = "assignments"

urlpatterns = [
    path("work/assignments/", views.overview, name="overview"),
    path("work/assignments/<int:pk>/<slug:role>/", views.hand_all_over, name="hand-over"),
    path("work/absences/", views.absent, name="absences"),
    path("work/absences/<int:pk>/end/", views.end_absence, name="end-absence"),
    path("work/assignments/cells/", views.grid_cells, name="cells"),
    path("work/assignments/cells/new/<str:district>/", views.new_cell, name="new-cell"),
    path("work/assignments/cells/<int:pk>/", views.cell, name="cell"),
    path("work/assignments/cells/<int:pk>/end/", views.end_cell, name="end-cell"),
    path("work/cases/<str:number>/assign/<slug:role>/", views.assign, name="assign"),
]
