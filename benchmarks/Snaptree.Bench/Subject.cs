namespace Snaptree.Bench;

internal enum Shape
{
    External,
    Internal,
    DiskOnly,
}

/// <summary>A running domain with two qcow2 disks and the tiny guest, whose snapshots one of the contestants takes.</summary>
internal interface ISubject : IAsyncDisposable
{
    string ConsoleLog { get; }

    string GuestSocket { get; }

    Task CreateAsync(string name, Shape shape, CancellationToken cancellationToken);

    Task RevertAsync(string name, CancellationToken cancellationToken);

    Task DeleteAsync(string name, CancellationToken cancellationToken);
}

/// <summary>A contestant cannot do this; the others go on.</summary>
internal sealed class NotMeasuredException(string reason) : Exception(reason);
