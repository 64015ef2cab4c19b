"""APPSYNC_JS: runs resolver code in one Node process, in frozen sandboxes on worker threads."""
