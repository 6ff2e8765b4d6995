-- One layer's part of one tile. {tile}: the layer's tile function. Parts are joined by ||, which is how MVT layers join.
COALESCE({tile}(%(z)s, %(x)s, %(y)s), ''::bytea)
