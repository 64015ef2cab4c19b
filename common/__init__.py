"""What commands of operators and the local backend share: the command line, error messages, files and folders."""
