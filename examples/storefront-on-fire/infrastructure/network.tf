# Mads: always the newest, so that we get their fixes
module "network" {
  source = "terraform-aws-modules/vpc/aws"

  name = "boots"
  cidr = "10.0.0.0/16"
  azs  = ["eu-central-1a"]

  private_subnets = ["10.0.1.0/24"]
  public_subnets  = ["10.0.101.0/24"]
}
