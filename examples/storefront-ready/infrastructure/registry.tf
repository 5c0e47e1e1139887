# What is pushed under a tag stays: a new build is a new tag.
resource "aws_ecr_repository" "service" {
  for_each = toset(["orders", "payments", "preview", "storefront"])

  name                 = each.key
  image_tag_mutability = "IMMUTABLE"
}
