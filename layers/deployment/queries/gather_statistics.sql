-- Statistics of what has grown fast, so that the next question is planned well; for how many tables.
SELECT city.gather_statistics()
