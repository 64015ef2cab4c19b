"""APPSYNC_JS: resolver code runs in one Node process, in frozen sandboxes on worker threads."""
