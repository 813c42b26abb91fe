// TODO: paint it
