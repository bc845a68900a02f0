using Xunit.Sdk;
using Xunit.v3;

// Most tests wait for a process or a run, each with a folder, a state and ports of its own.
[assembly: Parallelization(Mode = ParallelMode.All)]
