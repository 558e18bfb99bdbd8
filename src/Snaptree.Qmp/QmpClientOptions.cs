namespace Snaptree.Qmp;

/// <summary>How a connection behaves. Every limit is positive and finite.</summary>
public sealed record QmpClientOptions
{
    private const int LargestMaximum = 1024 * 1024 * 1024;

    /// <summary>The clock for all deadlines.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Limit for connecting, greeting and negotiating together.</summary>
    public TimeSpan ConnectDeadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Limit for one command, from the call to its reply, when the call names none.</summary>
    public TimeSpan CommandDeadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest message accepted from the server, in bytes without its line end. Protects our memory from a broken server.</summary>
    public int MaximumMessageBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How many events a listener holds before it overflows; see <see cref="QmpEventOverflowException"/>.</summary>
    public int EventBufferCapacity { get; init; } = 4096;

    /// <summary>
    /// Told of every state entered, in order, on whichever thread made the change. Must return at once, must not throw and must
    /// not call the client. It works during <see cref="QmpClient.ConnectAsync"/> too, when there is no client to ask yet.
    /// </summary>
    public Action<QmpState>? StateObserver { get; init; }

    internal static void Validate(QmpClientOptions options)
    {
        var broken =
            options.TimeProvider is null ? nameof(TimeProvider)
            : options.ConnectDeadline <= TimeSpan.Zero ? nameof(ConnectDeadline)
            : options.CommandDeadline <= TimeSpan.Zero ? nameof(CommandDeadline)
            : options.MaximumMessageBytes is < 1 or > LargestMaximum ? nameof(MaximumMessageBytes)
            : options.EventBufferCapacity < 1 ? nameof(EventBufferCapacity)
            : null;
        if (broken is not null) throw new ArgumentException($"{broken} is out of range.", nameof(options));
    }
}
