"""Filing: the catalogue and a procedure inside the application, the form page by page, the review, the confirmation."""
