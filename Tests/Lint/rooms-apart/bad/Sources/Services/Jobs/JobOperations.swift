import Executions
