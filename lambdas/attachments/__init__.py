"""Attachments: signs short-lived URLs to upload files to the private bucket and to download them."""
