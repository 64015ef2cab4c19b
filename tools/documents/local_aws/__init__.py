"""Which of AppSync's behaviours the tests show: the catalogue, and the document made from it and the tests."""
