let origin = "https://ops.test:8443"
