# This file is maintained automatically by "terraform init".
# Manual edits may be lost in future updates.

provider "registry.terraform.io/hashicorp/aws" {
  version     = "6.20.0"
  constraints = "~> 6.20"
  hashes = [
    "h1:3dOjYVGlJxM3Kx6Xs1qM0d7j3kKk2mWm6n1m0cQm0hA=",
    "zh:0a9c2b6d1f8e7d6c5b4a39281706f5e4d3c2b1a0918273645546372819a0b1c2",
  ]
}
