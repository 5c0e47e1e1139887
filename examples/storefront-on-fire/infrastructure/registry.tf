resource "aws_ecr_repository" "shop" {
  name = "shop"
}

# Runs the nightly export. When the script changes: terraform taint aws_instance.export
resource "aws_instance" "export" {
  ami           = "ami-0b9094fa2b07038b8"
  instance_type = "t3.medium"
  subnet_id     = module.network.private_subnets[0]

  provisioner "file" {
    source      = "export.sh"
    destination = "/home/ubuntu/export.sh"
  }

  provisioner "remote-exec" {
    inline = ["sudo apt-get install -y postgresql-client", "crontab crontab.txt"]
  }
}
