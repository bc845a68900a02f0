using Xunit.Sdk;
using Xunit.v3;

// The environment of the process says where sessions and lbtool are: one test at a time.
[assembly: Parallelization(Mode = ParallelMode.None)]
