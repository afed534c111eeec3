#include "process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>

#include "report.h"

namespace lethe::bench {
namespace {

using Clock = std::chrono::steady_clock;

std::vector<char*> arguments_of(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const std::string& one : command) arguments.push_back(const_cast<char*>(one.c_str()));
  arguments.push_back(nullptr);
  return arguments;
}

[[noreturn]] void become(const std::vector<std::string>& command) {
  // A bench that gives up leaves nothing running behind it.
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  ::execvp(command.front().c_str(), arguments_of(command).data());
  ::_exit(127);
}

int wait_for(pid_t pid) {
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

Outcome run(const std::vector<std::string>& command, const std::string& input) {
  int in[2], out[2];
  if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0) give_up("no pipe");
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::dup2(in[0], STDIN_FILENO);
    ::dup2(out[1], STDOUT_FILENO);
    become(command);
  }
  ::close(in[0]);
  ::close(out[1]);
  if (::write(in[1], input.data(), input.size()) < 0) give_up("no pipe");
  ::close(in[1]);
  Outcome outcome;
  char part[4096];
  for (ssize_t got = 0; (got = ::read(out[0], part, sizeof part)) > 0;) {
    outcome.out.append(part, static_cast<std::size_t>(got));
  }
  ::close(out[0]);
  outcome.code = wait_for(pid);
  return outcome;
}

Process::Process(const std::vector<std::string>& command, const std::string& ready,
                 const std::string& log) {
  const auto began = Clock::now();
  int out[2];
  if (::pipe2(out, O_CLOEXEC) != 0) give_up("no pipe");
  pid_ = ::fork();
  if (pid_ == 0) {
    const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    ::dup2(out[1], STDOUT_FILENO);
    ::dup2(file, STDERR_FILENO);
    become(command);
  }
  ::close(out[1]);
  std::string said;
  char one = 0;
  while (::read(out[0], &one, 1) == 1) {
    if (one != '\n') {
      said += one;
      continue;
    }
    if (said.starts_with(ready)) break;
    said.clear();
  }
  if (!said.starts_with(ready)) give_up(command.front() + " did not start; see " + log);
  to_ready_ = std::chrono::duration<double, std::milli>(Clock::now() - began).count();
  ::close(out[0]);
}

Process::~Process() { end(); }

void Process::end() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGTERM);
  wait_for(pid_);
  pid_ = -1;
}

std::int64_t Process::status_of(const std::string& field) const {
  std::ifstream status{"/proc/" + std::to_string(pid_) + "/status"};
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field)) return std::stoll(line.substr(field.size())) * 1024;
  }
  return 0;
}

void Process::start_peak() const {
  std::ofstream{"/proc/" + std::to_string(pid_) + "/clear_refs"} << "5";
}

double Process::cpu_seconds() const {
  std::ifstream file{"/proc/" + std::to_string(pid_) + "/stat"};
  std::string all;
  std::getline(file, all);
  std::istringstream rest{all.substr(all.rfind(')') + 2)};
  std::string field;
  double ticks = 0;
  for (int n = 3; n <= 15 && rest >> field; ++n) {
    if (n >= 14) ticks += std::stod(field);
  }
  return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace lethe::bench
