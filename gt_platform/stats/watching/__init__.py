"""What moved beside inputs and outputs: rates, calibration, prevalence, and right or wrong among like inputs."""
