usleep(1000)
