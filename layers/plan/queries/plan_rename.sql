-- Give a plan another name.
UPDATE city.plan SET name = %(name)s WHERE plan_id = %(plan_id)s
