using LBTool.Cli;
using LBTool.Cli.Sessions;

SocketThreads.ChooseFor(args);
var output = StandardStream.Install();
using var signals = new Signals(Environment.Exit).Listen();
StdinGuard.Watch(signals, args);
return ExitCodes.After(await App.RunAsync(args, Terminal.OfProcess(signals)), output.Loss);
