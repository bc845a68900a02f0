using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace LBTool.Live.Http;

/// <summary>
/// Lets a port that speaks clear text speak TLS too, to whoever begins with it: requests go in clear text, and probes of the
/// same port may be encrypted.
/// <code>
///   connection ── first byte ──┬─ of a TLS handshake ──► TLS ──┐
///                              └─ any other ───────────────────┴──► HTTP
/// </code>
/// </summary>
internal static class TlsToo
{
    private const byte Handshake = 0x16;

    // Made when the first client asks for it: that takes milliseconds.
    private static readonly Lazy<X509Certificate2> Certificate = new(CreateCertificate);

    /// <summary>Goes around the handling of each connection.</summary>
    /// <param name="next">What follows; it always sees clear text.</param>
    /// <param name="protocol">The version of HTTP that follows.</param>
    public static ConnectionDelegate Offer(ConnectionDelegate next, SslApplicationProtocol protocol) => async connection =>
    {
        if (await BeginsWithTlsAsync(connection))
        {
            await SecureAsync(connection, next, protocol);
        }
        else
        {
            await next(connection);
        }
    };

    // Looks at the first byte, and leaves it there. Of a connection that ends without one there is nothing to see.
    private static async ValueTask<bool> BeginsWithTlsAsync(ConnectionContext connection)
    {
        var input = connection.Transport.Input;
        try
        {
            var closing = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
            var read = await input.ReadAsync(closing);
            var isTls = read.Buffer is { IsEmpty: false, FirstSpan: [Handshake, ..] };
            input.AdvanceTo(read.Buffer.Start);
            return isTls;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            return false;
        }
    }

    private static async Task SecureAsync(ConnectionContext connection, ConnectionDelegate next, SslApplicationProtocol protocol)
    {
        var transport = connection.Transport;
        try
        {
            await using var stream = new SslStream(new TransportStream(transport));
            await stream.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificate = Certificate.Value, ApplicationProtocols = [protocol] }, connection.ConnectionClosed);
            connection.Transport = new ClearText(PipeReader.Create(stream), PipeWriter.Create(stream));
            await next(connection);
            await connection.Transport.Input.CompleteAsync();
            await connection.Transport.Output.CompleteAsync();
        }
        catch (Exception e) when (e is AuthenticationException or IOException or OperationCanceledException)
        {
            // The client has gone, or speaks something else behind that byte.
        }
        finally
        {
            connection.Transport = transport;
        }
    }

    private static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=lbtool backend", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(1));

        // Windows serves no certificate whose key is in memory alone.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }

    /// <summary>The two ends of what a <see cref="SslStream"/> has decrypted and is to encrypt.</summary>
    private sealed record ClearText(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    /// <summary>A connection's pipes as a stream.</summary>
    private sealed class TransportStream(IDuplexPipe transport) : ForwardStream
    {
        private readonly Stream _input = transport.Input.AsStream(leaveOpen: true);
        private readonly Stream _output = transport.Output.AsStream(leaveOpen: true);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _input.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => _output.WriteAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => _output.FlushAsync(cancellationToken);
    }
}
