COPY pg_temp.transfer_stage (number, {columns}) FROM STDIN
