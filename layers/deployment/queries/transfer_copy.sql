COPY pg_temp.transfer_stage (number, {columns}, geom) FROM STDIN
