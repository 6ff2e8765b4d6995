-- Keep the best plan so far, of who solves it.
UPDATE city.plan SET draft = %(draft)s::jsonb WHERE code = %(code)s AND worker = %(worker)s AND status = 'solving'
