"""The console command `huashan`: one file for each of its commands, put together in app.py."""
