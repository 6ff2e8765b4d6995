-- What the posts of today are called.
SELECT code, name FROM city.post_now
