"""Official papers: number and data are frozen with the act, the PDF is made when somebody opens it."""
