import Executions
import Jobs
