"""Tests of the HCL modules."""
