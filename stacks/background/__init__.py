"""Functions that run in the background: on DynamoDB streams or on a schedule. ``functions.py`` lists them."""
