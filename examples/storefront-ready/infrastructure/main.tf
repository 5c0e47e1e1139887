# What the shop keeps at the cloud provider. A pull request shows the plan; merging it applies it.
terraform {
  required_version = "~> 1.11"

  backend "s3" {
    bucket       = "fjell-og-furu-terraform"
    key          = "shop/terraform.tfstate"
    region       = "eu-north-1"
    use_lockfile = true
  }

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.20"
    }
  }
}

provider "aws" {
  region = "eu-north-1"

  default_tags {
    tags = {
      Owner      = "orders"
      CostCenter = "4110"
    }
  }
}

resource "aws_rds_cluster" "orders" {
  cluster_identifier = "orders-prod"
  engine             = "aurora-postgresql"
  engine_version     = "17.4"
  database_name      = "orders"
  master_username    = "orders"

  manage_master_user_password = true
  storage_encrypted           = true

  backup_retention_period   = 35
  deletion_protection       = true
  skip_final_snapshot       = false
  final_snapshot_identifier = "orders-prod-final"
}

# A writer and a reader; the cluster puts them into different zones.
resource "aws_rds_cluster_instance" "orders" {
  count = 2

  identifier         = "orders-prod-${count.index}"
  cluster_identifier = aws_rds_cluster.orders.id
  engine             = aws_rds_cluster.orders.engine
  instance_class     = "db.r8g.large"
}

# Pictures that customers send with a complaint.
resource "aws_s3_bucket" "complaints" {
  bucket = "fjell-og-furu-complaints"
}

resource "aws_s3_bucket_versioning" "complaints" {
  bucket = aws_s3_bucket.complaints.id

  versioning_configuration {
    status = "Enabled"
  }
}
