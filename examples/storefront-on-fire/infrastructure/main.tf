# What runs at the cloud provider. Applied from Mads' laptop.
provider "aws" {
  region = "eu-central-1"
}

resource "aws_db_instance" "checkout" {
  identifier        = "checkout"
  engine            = "mysql"
  engine_version    = "8.0"
  instance_class    = "db.m6g.large"
  allocated_storage = 200
  username          = "checkout"

  manage_master_user_password = true
  backup_retention_period     = 7
  skip_final_snapshot         = true
}

# Baskets that are not paid for yet.
resource "aws_dynamodb_table" "baskets" {
  name         = "baskets"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "basket"

  attribute {
    name = "basket"
    type = "S"
  }
}

resource "aws_s3_bucket" "invoices" {
  bucket        = "boots-and-more-invoices"
  force_destroy = true
}
