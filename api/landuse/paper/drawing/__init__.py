"""What draws the map of a check: where it lies and at which scale, hatches, labels, legend, the page around it.

fpdf2 draws it, as it draws the sheets of crews, and PDFium takes the picture of the same page that the DOCX holds: one
drawing, so that picture and vector page cannot differ. Beside matplotlib on the same map (200 parcels, 20 of them
hatched, an outline of 50,000 vertices, A4): 0.6 s for both, against 1.7 s; its text can be searched and copied; it has
no state that threads share, where matplotlib's fonts have.
"""
