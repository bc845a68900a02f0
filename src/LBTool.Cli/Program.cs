using LBTool.Cli;
using LBTool.Cli.Sessions;

SocketThreads.ChooseFor(args);
using var signals = new Signals(Environment.Exit).Listen();
StdinGuard.Watch(signals, args);
return await App.RunAsync(args, Terminal.OfProcess(signals));
