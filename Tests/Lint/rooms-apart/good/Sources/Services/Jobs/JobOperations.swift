import Contracts
import Vocabulary

// import Executions
let executions = ExecutionsAPI.start
