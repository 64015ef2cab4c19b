output "bucket" {
  description = "Name of the bucket: `bucket` of an S3 backend."
  value       = aws_s3_bucket.this.id
}

output "bucket_arn" {
  description = "ARN of the bucket, for policies."
  value       = aws_s3_bucket.this.arn
}

output "kms_key_arn" {
  description = "ARN of the key: `kms_key_id` of an S3 backend."
  value       = aws_kms_key.this.arn
}

output "record_key_arn" {
  description = "ARN of the record key, or null without one."
  value       = one(aws_kms_key.records[*].arn)
}

output "region" {
  description = "Region of the bucket: `region` of an S3 backend."
  value       = aws_s3_bucket.this.region
}
