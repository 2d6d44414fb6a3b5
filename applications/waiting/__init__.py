"""Cases that wait for the applicant too long: reminded, then closed, with a way back."""
