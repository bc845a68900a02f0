using LBTool.Benchmarks;

return args is ["throughput", ..] ? await Throughput.RunAsync(args[1..]) : Usage();

static int Usage()
{
    Console.Error.WriteLine("usage: benchmarks throughput [requests] [rounds] [clients]");
    return 2;
}
