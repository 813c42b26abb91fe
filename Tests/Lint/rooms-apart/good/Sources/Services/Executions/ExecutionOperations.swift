package import Contracts
