-- Whether the rows of a table say which post answers for them. table: such as city.reach.
SELECT EXISTS (
    SELECT FROM pg_attribute
    WHERE attrelid = to_regclass(%(table)s) AND attname = 'post_code' AND NOT attisdropped
)
