using Snaptree.DriverContract;

namespace Snaptree.Drivers.Qemu.Tests;

public sealed class ObserveTests : ObserveContract<QemuBench>;

public sealed class ProcessTests : ProcessContract<QemuBench>;

public sealed class OverlayTests : OverlayContract<QemuBench>;

public sealed class MemoryTests : MemoryContract<QemuBench>;

public sealed class InternalTests : InternalContract<QemuBench>;

public sealed class MergeTests : MergeContract<QemuBench>;

public sealed class StoreTests : StoreContract<QemuBench>;

public sealed class AgentTests : AgentContract<QemuBench>;
