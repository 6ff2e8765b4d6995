"""The 界址点 coordinate text: corners of plots by rows, with or without a header, as files and e-mails have it."""
